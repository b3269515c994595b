"""Which colour each country's sites have in the map and in the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coprod.report.palette import place_token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coprod.report.material import Material

__all__ = ["country_key", "country_of", "country_token"]


def country_of(material: Material) -> dict[str, str]:
    """Return each site's country, its party where the study names no country; "" for neither."""
    sites = material.study["sites"]
    return {
        site: country or partner
        for site, country, partner in zip(sites["site"], sites["country"], sites["partner"], strict=True)
    }


def country_token(material: Material) -> dict[str, str]:
    """Return each site's colour token: by its country's place in the study; from the fourth on they share."""
    countries = country_of(material)
    places = {country: n for n, country in enumerate(dict.fromkeys(countries.values()))}
    return {site: place_token(places[country]) for site, country in countries.items()}


def country_key(material: Material, sites: Iterable[str]) -> list[tuple[str, str]]:
    """Return the key of the colours that some sites have: token, country; none for a single country."""
    names, tokens, wanted = country_of(material), country_token(material), set(sites)
    found: dict[str, str] = {}
    for site, token in tokens.items():
        if site in wanted and names[site]:
            shared = token == place_token(3) and found.get(token, names[site]) != names[site]
            found[token] = material.text.word("words.others") if shared else names[site]
    return list(found.items()) if len(found) > 1 else []
