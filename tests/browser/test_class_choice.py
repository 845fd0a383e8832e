"""The teacher's morning in a real browser: wide and narrow, with and without JavaScript, by keyboard alone (CLASS-1 to CLASS-5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser import looking
from tests.browser.conftest import BOTH_WAYS, BOTH_WIDTHS, Visit, enter
from tests.classchoice.mornings import Morning, morning


@pytest.fixture
def day(sqlite_app: Flask) -> Morning:
    return morning(sqlite_app)


def looked(visit: Visit, javascript: bool) -> None:
    """axe needs scripts; without them the page at least fits its window and nothing is loud."""
    if javascript:
        visit.is_worthy()
        return
    visit.is_quiet()
    looking.fits(visit.page)


@BOTH_WAYS
def test_a_teacher_chooses_takes_all_says_the_level_and_puts_it_right(
    day: Morning, visit: Callable[..., Visit], width: int, javascript: bool
) -> None:
    """The usual case is three clicks from the home: tick, continue, take all."""
    teacher = visit(width=width, javascript=javascript)
    page = enter(teacher, day.odette)
    expect(page.get_by_role("heading", level=1)).to_have_text("Quelle est votre classe cette année ?")
    looked(teacher, javascript)
    page.get_by_role("checkbox", name="CM1").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Qu’emportez-vous de l’an dernier ?")
    looked(teacher, javascript)
    page.get_by_text("Choisir ce que j’emporte").click()
    looked(teacher, javascript)
    page.get_by_role("button", name="Tout emporter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre classe : CM1")
    expect(page.locator("main")).to_contain_text("3 articles, 2 fichiers")
    looked(teacher, javascript)

    # It was not the right one: what goes back is said before.
    page.get_by_role("link", name="Changer de classe").click()
    looked(teacher, javascript)
    page.get_by_role("checkbox", name="CM1").uncheck()
    page.get_by_role("checkbox", name="CE2").check()
    page.get_by_role("button", name="Enregistrer ce changement").click()
    expect(page.locator("main")).to_contain_text("Ce qui retourne")
    looked(teacher, javascript)
    page.get_by_role("button", name="Enregistrer ce changement").click()
    page.get_by_role("button", name="Tout emporter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre classe : CE2")
    page.get_by_role("checkbox", name="CE2").check()
    page.get_by_role("button", name="Enregistrer le niveau").click()
    expect(page.locator(".message-success")).to_contain_text("Le niveau est enregistré")
    page.get_by_role("link", name="Ouvrir l’espace de CE2").click()
    expect(page.locator("main")).to_contain_text("Reprendre de l’an dernier")
    looked(teacher, javascript)


def test_the_keyboard_alone_is_enough(day: Morning, visit: Callable[..., Visit]) -> None:
    """Tab, space and enter, in the order of the page."""
    teacher = visit()
    page = enter(teacher, day.odette)
    reach(page, "CM1")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Qu’emportez-vous de l’an dernier ?")
    reach(page, "Tout emporter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre classe : CM1")


def reach(page: Page, name: str) -> None:
    """Tab on until what has that name has the focus."""
    for _press in range(60):
        page.keyboard.press("Tab")
        label = page.evaluate(
            "(document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText || '').trim()"
        )
        if label.startswith(name):
            return
    raise AssertionError(f"'{name}' is not reached by the keyboard")


@BOTH_WIDTHS
def test_later_none_and_not_here(day: Morning, visit: Callable[..., Visit], width: int) -> None:
    teacher = visit(width=width)
    page = enter(teacher, day.odette)
    page.get_by_text("Ma classe n’est pas ici").click()
    page.get_by_role("button", name="Prévenir l’administrateur").click()
    expect(page.locator(".error-summary")).to_contain_text("Écrivez quelle classe est la vôtre")
    teacher.is_worthy()
    page.get_by_label("Quelle classe cherchez-vous ?").fill("CE1 de Mme Roux")
    page.get_by_role("button", name="Prévenir l’administrateur").click()
    expect(page.locator("main")).to_contain_text("Vous n’avez pas encore choisi votre classe")
    teacher.is_worthy()


def test_an_administrator_sees_who_has_chosen_and_chooses_for_somebody(
    day: Morning, visit: Callable[..., Visit]
) -> None:
    """CLASS-5, CLASS-8."""
    head = visit()
    page = enter(head, day.cast.primary_head)
    root = f"/administration/ecole/{day.cast.primary.uai}/choix-des-classes"
    page = head.open(root)
    expect(page.locator("main")).to_contain_text("n’ont pas encore choisi")
    head.is_worthy()
    page.get_by_role("link", name="Choisir ou corriger Odette Vidal").click()
    head.is_worthy()
    page.get_by_role("checkbox", name="CM1").check()
    page.get_by_role("button", name="Enregistrer pour Odette Vidal").click()
    expect(page.locator(".message-success")).to_contain_text("Odette Vidal")
    page.get_by_role("link", name="CE2", exact=True).click()
    head.is_worthy()
    page.get_by_role("button", name="Fermer au choix").click()
    expect(page.locator("#classes")).to_contain_text("fermé")
    head.open(f"{root}/remplacements?q=Marchand")
    head.is_worthy()
    page.get_by_role("link", name="Choisir cette personne").first.click()
    head.is_worthy()
    page.get_by_role("radio", name="CM1").check()
    page.get_by_role("radio", name="Celia Morin").check()
    page.get_by_role("button", name="Enregistrer le remplacement").click()
    expect(page.locator(".error-summary")).to_contain_text("n’a pas cette classe")
    head.is_worthy()
    page.get_by_role("radio", name="Odette Vidal").check()
    page.get_by_role("button", name="Enregistrer le remplacement").click()
    expect(page.locator("#replacements")).to_contain_text("Thérèse Marchand")
    head.is_worthy()
