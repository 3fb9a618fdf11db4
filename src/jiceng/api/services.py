"""Services: public matter types by their categories. A code is made of both keys, so that it says what it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiceng.matters.flows import terms_for
from jiceng.matters.values import label_of
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current, name_of_item
from jiceng.residents.offering import Offer, categories, offers_at

DATATYPES = {
    "text": "string", "lines": "text", "integer": "number", "number": "number", "date": "datetime",
    "boolean": "singlevaluelist", "term": "singlevaluelist", "terms": "multivaluelist",
}  # fmt: skip
"""The specification's word for each kind of field that residents are asked."""


@dataclass(frozen=True, slots=True)
class Service:
    """A type with one of its categories; `category` is empty where the type has none."""

    code: str
    offer: Offer
    category: str
    label: str
    group: str


def code_of(type_key: str, category: str) -> str:
    """The code of a type and category: keys of packs have no hyphen, so that it leads back."""
    return ".".join(key.replace(":", "-") for key in (type_key, category) if key)


def keys_of(code: str) -> tuple[str, str]:
    """The keys of type and category that a code stands for, as far as it stands for any."""
    kind, _dot, category = code.partition(".")
    return kind.replace("-", ":", 1), category.replace("-", ":", 1)


def services_at(region: Region, day: date, *, english: bool = False) -> Mapping[str, Service]:
    """What can be reported at `region` on `day`, by code."""
    found = {}
    for key, offer in offers_at(region, day).items():
        for service in _of(key, offer, region, day, english):
            found[service.code] = service
    return found


def _of(key: str, offer: Offer, region: Region, day: date, english: bool) -> Iterator[Service]:
    name = name_of_item(offer.spec, english=english)
    if not offer.category:
        yield Service(code_of(key, ""), offer, "", name, name)
        return
    tree, language = current().vocabularies[offer.spec.categories], "en" if english else "zh-hans"
    for category, _label in categories(offer, region, day):
        parent = tree[category].parent
        group = current().label(parent, language, offer.spec.categories) if parent else name
        label = current().label(category, language, offer.spec.categories)
        yield Service(code_of(key, category), offer, category, label, group)


def listed(service: Service) -> dict[str, Any]:
    """A service as the list of services tells it."""
    return {
        "service_code": service.code,
        "service_name": service.label,
        "description": service.offer.spec.description,
        "metadata": bool(_attributes(service)),
        "type": "realtime",
        "keywords": ",".join(dict.fromkeys((service.label, service.group))),
        "group": service.group,
    }


def defined(service: Service, region: Region, day: date, *, english: bool = False) -> dict[str, Any]:
    """A service's definition: what its reporters are asked beside what every service takes."""
    attributes = []
    for order, (key, must) in enumerate(_attributes(service).items(), start=1):
        field = service.offer.spec.fields[key]
        attribute = {
            "variable": True,
            "code": key,
            "datatype": DATATYPES[field.kind],
            "required": must,
            "datatype_description": (field.note_en if english else "") or field.note,
            "order": order,
            "description": label_of(field, english=english),
        }
        if field.kind == "boolean":
            attribute["values"] = [{"key": "true", "name": "是"}, {"key": "false", "name": "否"}]
        elif field.kind in ("term", "terms"):
            terms = terms_for(service.offer.spec, field, region, day)
            attribute["values"] = [{"key": term, "name": label} for term, label in terms]
        attributes.append(attribute)
    return {"service_code": service.code, "attributes": attributes}


def _attributes(service: Service) -> Mapping[str, bool]:
    fields = service.offer.spec.fields
    return {key: must for key, must in service.offer.asked.items() if fields[key].kind in DATATYPES}
