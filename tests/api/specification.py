"""GeoReport v2 as its specification (http://wiki.open311.org/GeoReport_v2) gives it, as JSON Schema; and its XML."""

from xml.etree.ElementTree import Element

TEXT = {"type": "string"}
NUMBER = {"type": ["number", "null"]}
MOMENT = {"type": "string", "pattern": r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z))?$"}


def _record(required, optional=None):
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(item, **more):
    return {"type": "array", "items": item, **more}


SERVICES = _list(
    _record(
        {
            "service_code": TEXT, "service_name": TEXT, "description": TEXT, "metadata": {"type": "boolean"},
            "type": {"enum": ["realtime", "batch", "blackbox"]}, "keywords": TEXT, "group": TEXT,
        }
    )
)  # fmt: skip
VALUE = _record({"key": TEXT, "name": TEXT})
ATTRIBUTE = _record(
    {
        "variable": {"type": "boolean"}, "code": TEXT,
        "datatype": {"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
        "required": {"type": "boolean"}, "datatype_description": TEXT, "order": {"type": "integer", "minimum": 1},
        "description": TEXT,
    },
    {"values": _list(VALUE, minItems=1)},
)  # fmt: skip
DEFINITION = _record({"service_code": TEXT, "attributes": _list(ATTRIBUTE)})
POSTED = _list(
    _record({"service_request_id": TEXT, "service_notice": TEXT, "account_id": TEXT}), minItems=1, maxItems=1
)
REQUESTS = _list(
    _record(
        {
            "service_request_id": TEXT, "status": {"enum": ["open", "closed"]}, "status_notes": TEXT,
            "service_name": TEXT, "service_code": TEXT, "description": TEXT, "agency_responsible": TEXT,
            "service_notice": TEXT, "requested_datetime": MOMENT, "updated_datetime": MOMENT,
            "expected_datetime": MOMENT, "address": TEXT, "address_id": TEXT, "zipcode": TEXT, "lat": NUMBER,
            "long": NUMBER, "media_url": TEXT,
        }
    )
)  # fmt: skip
TOKENS = _list(_record({"service_request_id": TEXT, "token": TEXT}), minItems=1)
ERRORS = _list(_record({"code": {"type": "integer"}, "description": TEXT}), minItems=1)
DISCOVERY = _record(
    {
        "changeset": MOMENT, "contact": TEXT, "key_service": TEXT,
        "endpoints": _list(
            _record(
                {
                    "specification": {"const": "http://wiki.open311.org/GeoReport_v2"}, "url": TEXT,
                    "changeset": MOMENT,
                    "type": {"enum": ["production", "test", "acceptance"]},
                    "formats": _list({"enum": ["text/xml", "application/json"]}, minItems=1),
                }
            ),
            minItems=1,
        ),
    }
)  # fmt: skip

ITEMS = {
    "services": "service", "attributes": "attribute", "values": "value", "service_requests": "request",
    "errors": "error", "endpoints": "endpoint", "formats": "format",
}  # fmt: skip


def told(element: Element, schema):
    """An XML answer as JSON tells it, by what the schema expects; fails where the specification has other names."""
    kind = schema.get("type")
    if kind == "array":
        assert {child.tag for child in element} <= {ITEMS[element.tag]}
        return [told(child, schema["items"]) for child in element]
    if kind == "object":
        return {child.tag: told(child, schema["properties"][child.tag]) for child in element}
    text = element.text or ""
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    if kind == "integer":
        return int(text)
    if kind == ["number", "null"]:
        return float(text) if text else None
    return text
