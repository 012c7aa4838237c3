"""Cut service models: as good as the full ones for the operations in use, and never trusted blindly."""

import inspect
import json
import os
import re
import stat

import botocore
import pytest
from botocore import credentials, tokens
from botocore.loaders import create_loader
from botocore.model import ServiceModel

from apidoctor.facts.aws.models import _methods, cache_folder, cut, prepare_model
from apidoctor.model.operations import OPERATIONS

SERVICES = sorted({row.service for row in OPERATIONS.values()})


def methods(service):
    return {row.method for row in OPERATIONS.values() if row.service == service}


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_in_use_keeps_all_its_shapes(service):
    full = create_loader().load_service_model(service, "service-2")
    model = ServiceModel(cut(full, methods(service)), service)

    def walk(shape, seen):
        if shape is None or shape.name in seen:
            return
        seen.add(shape.name)
        for part in (getattr(shape, "members", None) or {}).values():
            walk(part, seen)
        for part in ("member", "key", "value"):
            walk(getattr(shape, part, None), seen)

    kept = {botocore.xform_name(name) for name in model.operation_names}
    assert kept == methods(service)
    for name in model.operation_names:
        operation, seen = model.operation_model(name), set()
        walk(operation.input_shape, seen)
        walk(operation.output_shape, seen)
        assert operation.error_shapes is not None
        assert seen <= set(model.shape_names)


def test_what_botocore_itself_asks_for_credentials_is_never_cut_away():
    asked = set(re.findall(r"client\.(\w+)\(", inspect.getsource(credentials) + inspect.getsource(tokens)))
    needed = {
        (service, method)
        for service in SERVICES
        for name in create_loader().load_service_model(service, "service-2")["operations"]
        if (method := botocore.xform_name(name)) in asked
    }

    assert {service for service, _ in needed} == {"sts"}
    for service, method in needed:
        assert method in _methods(service)


def test_ec2_s_model_shrinks_to_less_than_a_tenth_and_loses_its_prose():
    full = create_loader().load_service_model("ec2", "service-2")
    small = cut(full, methods("ec2"))

    assert len(json.dumps(small)) * 10 < len(json.dumps(full))
    assert not any(isinstance(shape.get("documentation"), str) for shape in small["shapes"].values())


def test_a_model_is_written_once_and_for_its_owner_only(tmp_path):
    folder = cache_folder("1.2.3", {"XDG_CACHE_HOME": str(tmp_path)})
    prepare_model(folder, create_loader(), "sts")
    (path,) = folder.rglob("*.json")
    written = path.stat()
    prepare_model(folder, create_loader(), "sts")

    assert json.loads(path.read_text())["operations"].keys() == {
        "GetCallerIdentity",
        "AssumeRole",
        "AssumeRoleWithWebIdentity",
    }
    assert path.stat().st_mtime_ns == written.st_mtime_ns
    assert not stat.S_IMODE(folder.stat().st_mode) & 0o077
    assert "1.2.3" in folder.name


def test_a_folder_that_others_can_write_to_is_not_used(tmp_path):
    folder = cache_folder("1.2.3", {"XDG_CACHE_HOME": str(tmp_path)})
    os.chmod(folder, 0o777)

    assert cache_folder("1.2.3", {"XDG_CACHE_HOME": str(tmp_path)}) is None


def test_without_a_folder_for_caches_there_are_none(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")

    assert cache_folder("1.2.3", {"XDG_CACHE_HOME": str(blocked)}) is None


def test_a_service_without_a_model_leaves_nothing(tmp_path):
    prepare_model(tmp_path, create_loader(), "no-such-service")

    assert list(tmp_path.iterdir()) == []
