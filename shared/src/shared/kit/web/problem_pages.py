"""A problem as a page: what happened, without fault, and what to do next."""

from typing import Any

from fastapi import Request, Response

from shared.kit.web.pages import Pages
from shared.kit.web.problems import PageProblem, ProblemError


def problem_page(pages: Pages, request: Request, failure: ProblemError) -> Response:
    """The page of a problem; its sentences are `problem.<slug>`, else `problem.status_<n>`, else the general ones."""
    key = _key(pages, failure)
    values = failure.say if isinstance(failure, PageProblem) else {}
    return pages.page(
        request,
        "problem.html",
        failure.status,
        failure.headers,
        title=pages.texts.say(f"{key}.title", **values),
        text=pages.texts.say(f"{key}.text", **values),
        next_step=_next_step(pages, key, failure.members),
    )


def _key(pages: Pages, failure: ProblemError) -> str:
    candidates = (f"problem.{failure.slug}", f"problem.status_{failure.status}")
    return next((key for key in candidates if f"{key}.title" in pages.texts), "problem.other")


def _next_step(pages: Pages, key: str, members: dict[str, Any]) -> tuple[str, str]:
    """Path and words of the one button of the page: the next step, or home."""
    if "next_step" in members and f"{key}.go_on" in pages.texts:
        return str(members["next_step"]), pages.texts.say(f"{key}.go_on")
    return "/", pages.texts.say("problem.home")
