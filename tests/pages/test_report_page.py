"""The HTML page of a report in a browser: filter, links, light and dark, narrow and wide.

``MOORINGS_PAGES=required pytest tests/pages --update-golden`` takes the pictures of the guide again.
"""

from pathlib import Path

import pytest

from moorings.preview.checks import check_changes, installed_change_rules, installed_impacts
from moorings.preview.documents import read_json
from moorings.preview.html_page import render_page
from moorings.preview.impacts import add_impacts
from moorings.preview.plan_json import plan_from_json

TESTS = Path(__file__).parents[1]
IMAGES = TESTS.parent / "docs" / "images"
VISIBLE = """
    return [...document.querySelectorAll(".resource")]
        .filter(resource => resource.checkVisibility())
        .map(resource => resource.querySelector("summary b").textContent)
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of a preview of the engine with replacements."""
    rules = installed_change_rules()
    plan = check_changes(plan_from_json(read_json(TESTS / "golden/previews/replace.json")), rules, {})
    file = tmp_path_factory.mktemp("page") / "plan.html"
    file.write_text(render_page([add_impacts(plan, installed_impacts())]), "utf-8")
    return file


@pytest.fixture
def opened(browser, page):
    """The browser with the page, in the size of a desktop."""
    browser.resize(1100, 900)
    browser.set_color_scheme("light")
    browser.open(page)
    return browser


def test_all_changes_are_visible(opened):
    assert {"queue", "orders", "orders-service", "kafka", "kafka-cluster", "kafka-orders"} <= set(opened.run(VISIBLE))


def test_the_filter_shows_resources_with_all_words_and_their_parents(opened):
    opened.type("#filter", "topic arn")
    assert opened.run(VISIBLE) == ["kafka", "kafka-orders-topic"]
    assert opened.run("return document.getElementById('count').value").startswith("2 of ")


def test_the_filter_shows_everything_below_a_component(opened):
    opened.type("#filter", "MskCluster")
    assert opened.run(VISIBLE) == ["kafka", "kafka-cluster", "kafka-orders-topic"]


def test_an_empty_filter_shows_everything(opened):
    everything = opened.run(VISIBLE)
    opened.type("#filter", "nothing has this name")
    assert opened.run(VISIBLE) == []
    opened.run("filter.value = ''; filter.dispatchEvent(new Event('input'))")
    assert opened.run(VISIBLE) == everything


@pytest.mark.parametrize("selector", ["li a", "svg a:nth-of-type(2)"])
def test_links_lead_to_resources(opened, selector):
    target = opened.run("return document.querySelector(arguments[0]).getAttribute('href')", selector)
    opened.click(selector)
    assert opened.run("return location.hash") == target
    assert opened.run("return document.querySelector(':target').getBoundingClientRect().top < innerHeight")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colors_follow_the_preference(opened, scheme):
    opened.set_color_scheme(scheme)
    color = opened.run("return getComputedStyle(document.querySelector('header')).backgroundColor")
    red = int(color.removeprefix("rgb(").partition(",")[0])
    assert (red > 128) == (scheme == "light")  # half of the brightest


@pytest.mark.parametrize("width", [360, 1100])
def test_the_page_is_not_wider_than_the_window(opened, width):
    opened.resize(width, 900)
    assert opened.run("return document.documentElement.scrollWidth") <= width


def test_the_page_causes_no_errors_and_no_requests(opened):
    opened.type("#filter", "queue")
    assert opened.console_errors() == []
    assert opened.run("return performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_of_the_guide(opened, request, scheme):
    opened.set_color_scheme(scheme)
    picture = opened.screenshot()
    file = IMAGES / f"report-{scheme}.png"
    if request.config.getoption("--update-golden"):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(picture)
    assert file.read_bytes()[:8] == picture[:8] == b"\x89PNG\r\n\x1a\n"
