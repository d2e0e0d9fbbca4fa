#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""kcidb.py SCHEMA FILE - is FILE what SCHEMA says, is each id there once, and does each id that is named stand for an object?"""
import json
import sys

import jsonschema


def ids(root, objects):
    """The ids of a list of objects, each once."""
    found = [one["id"] for one in root.get(objects, [])]
    if len(found) != len(set(found)):
        sys.exit(f"kcidb.py: an id of {objects} is there twice")
    return set(found)


def refer(root, objects, key, targets):
    for one in root.get(objects, []):
        if one[key] not in targets:
            sys.exit(f"kcidb.py: {key} {one[key]} of {one['id']} is nothing that is there")


def main():
    with open(sys.argv[1], encoding="ascii") as schema, open(sys.argv[2], encoding="ascii") as report:
        schema, root = json.load(schema), json.load(report)
    jsonschema.Draft7Validator(schema).validate(root)
    refer(root, "builds", "checkout_id", ids(root, "checkouts"))
    refer(root, "tests", "build_id", ids(root, "builds"))
    refer(root, "incidents", "issue_id", ids(root, "issues"))
    refer(root, "incidents", "test_id", ids(root, "tests"))
    ids(root, "incidents")


main()
