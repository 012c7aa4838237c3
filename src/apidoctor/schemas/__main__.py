"""Writes every schema anew: ``python -m apidoctor.schemas`` (or ``make schema``)."""

from pathlib import Path

from apidoctor.schemas import NAMES, generate


def main() -> None:
    """Write the files beside this one."""
    for name in NAMES:
        (Path(__file__).parent / f"{name}.schema.json").write_bytes(generate(name))


if __name__ == "__main__":
    main()
