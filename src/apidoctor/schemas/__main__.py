"""Writes every schema anew: ``python -m apidoctor.schemas`` (or ``make schema``)."""

from pathlib import Path

from apidoctor.schemas import NAMES, generate


def main(folder: Path = Path(__file__).parent) -> None:
    """Write the files into *folder*: beside this one."""
    for name in NAMES:
        (folder / f"{name}.schema.json").write_bytes(generate(name))


if __name__ == "__main__":
    main()
