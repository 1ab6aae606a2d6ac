"""A validator of the part of JSON Schema that the project's own schemas use."""

import re

KINDS = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
SAID = {"$schema", "title", "description"}
ASKED = {
    *("type", "const", "enum", "pattern", "minLength", "maxLength", "minimum"),
    *("required", "properties", "additionalProperties", "items", "minItems", "maxItems"),
}


def faults(value, schema, path="index"):
    """All that is wrong of a value, a line each."""
    assert not schema.keys() - ASKED - SAID, schema.keys()  # no word is passed over
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is_of(value, kind) for kind in kinds):
        return [f"{path}: {type(value).__name__} is none of {kinds}"]
    return [f"{path}: {fault}" for fault in _of_value(value, schema)] + [
        *_of_object(value, schema, path),
        *_of_array(value, schema, path),
    ]


def _is_of(value, kind):
    # A truth is an integer to Python, and to no schema.
    return isinstance(value, KINDS[kind]) and (kind == "boolean" or not isinstance(value, bool))


def _of_value(value, schema):
    if "const" in schema and value != schema["const"]:
        yield f"{value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{value!r} is none of {schema['enum']}"
    if isinstance(value, str):
        if not re.search(schema.get("pattern", ""), value):
            yield f"{value!r} is not like {schema['pattern']}"
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            yield f"{value!r} has {len(value)} characters"
    if isinstance(value, int | float) and value < schema.get("minimum", value):
        yield f"{value} is below {schema['minimum']}"


def _of_object(value, schema, path):
    if not isinstance(value, dict):
        return
    known, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    yield from (f"{path}: no {key}" for key in schema.get("required", []) if key not in value)
    for key, each in value.items():
        if key in known:
            yield from faults(each, known[key], f"{path}.{key}")
        elif others is False:
            yield f"{path}: {key} is not known"
        elif others is not True:
            yield from faults(each, others, f"{path}.{key}")


def _of_array(value, schema, path):
    if not isinstance(value, list):
        return
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{path}: {len(value)} items"
    for i, each in enumerate(value if "items" in schema else []):
        yield from faults(each, schema["items"], f"{path}[{i}]")
