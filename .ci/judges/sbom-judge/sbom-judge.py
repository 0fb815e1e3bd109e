#!/usr/bin/env python3
"""Validates bills of materials by the tools of their formats, and prints the packages.

sbom-judge spdx|cyclonedx FILE    prints "NAME VERSION PURL" of each package, sorted
"""

import json
import sys
from importlib.metadata import version

from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

TOOLS = ("spdx-tools", "cyclonedx-python-lib")


def judge_spdx(path):
    """Return the problems of a document, and its packages."""
    document = parse_file(path)
    problems = [message.validation_message for message in validate_full_spdx_document(document)]
    packages = []
    for package in document.packages:
        for reference in package.external_references:
            packages.append((package.name, package.version, reference.locator))
    return problems, packages


def judge_cyclonedx(path):
    """Return the problems of a document, and its packages."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if problem:
        return [str(problem)], []
    bom = Bom.from_json(json.loads(text))
    components = [bom.metadata.component, *bom.components]
    return [], [(each.name, each.version, str(each.purl)) for each in components if each.purl]


def main():
    """Judge the file that the arguments name."""
    if sys.argv[1:] == ["--version"]:
        print(*(f"{tool} {version(tool)}" for tool in TOOLS))
        return
    form, path = sys.argv[1:]
    problems, packages = judge_spdx(path) if form == "spdx" else judge_cyclonedx(path)
    if problems:
        sys.exit("\n".join(problems))
    for name, number, purl in sorted(packages):
        print(name, number, PackageURL.from_string(purl).to_string())


main()
