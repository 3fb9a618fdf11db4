"""Vocabularies for tests: a tree of unit kinds, ranked educations, and flat ones."""

from jiceng.packs.catalogue import Catalogue
from jiceng.packs.vocabulary import Term, Vocabulary

TREES = {
    "unit_kinds": {
        "two_new": "",
        "enterprise": "two_new",
        "market": "enterprise",
        "social_org": "two_new",
        "agency": "",
    },
    "region_kinds": {
        "county": "",
        "town": "",
        "village": "",
        "community": "",
        "functional_area": "",
        "grid": "",
    },
    "educations": {"primary": "", "college": "", "bachelor": ""},
    "posts": {"cadre": "", "secretary": "cadre", "director": "cadre", "instructor": ""},
    "industries": {"retail": "", "jade": "retail"},
    "party_org_forms": {"committee": "", "branch": ""},
    "party_org_modes": {"single": "", "joint": ""},
    "party_org_natures": {"entity": "", "temporary": ""},
    "membership_entries": {"admission": "", "transfer": ""},
    "experience_kinds": {"farming": "", "township": ""},
    "standings": {"poor": "", "activist": ""},
    "sexes": {"male": "", "female": ""},
    "unit_statuses": {"operating": ""},
    "sectors": {"two_new": ""},
    "cover_kinds": {"own": "", "joint": ""},
}
RANKS = {"primary": 1, "college": 2, "bachelor": 3}


def vocabulary(name: str) -> Vocabulary:
    terms = {}
    for key, parent in TREES[name].items():
        attrs = {"rank": RANKS[key]} if key in RANKS else {}
        above = f"core:{parent}" if parent else ""
        terms[f"core:{key}"] = Term(f"core:{key}", f"{key}（中）", key, parent=above, attrs=attrs)
    return Vocabulary(name, name, terms)


VOCABULARIES = {name: vocabulary(name) for name in TREES}


def catalogue(indicators=None) -> Catalogue:
    return Catalogue([], VOCABULARIES, {"indicators": indicators or {}})
