"""HTTP as every service speaks it: problem documents, health, metrics, safe headers, bounded bodies, pages."""

from shared.kit.web.application import Lifespan, service_app
from shared.kit.web.forms import FieldError, Form, read_form
from shared.kit.web.guards import BODY_BYTES_MAX
from shared.kit.web.pages import Pages, PersonShown, local_path, portal_pages, wants_page
from shared.kit.web.problems import PageProblem, ProblemError, SeeOther, problem
from shared.kit.web.serving import LEAVE_WITHIN_S, serve

__all__ = [
    "BODY_BYTES_MAX",
    "LEAVE_WITHIN_S",
    "FieldError",
    "Form",
    "Lifespan",
    "PageProblem",
    "Pages",
    "PersonShown",
    "ProblemError",
    "SeeOther",
    "local_path",
    "portal_pages",
    "problem",
    "read_form",
    "serve",
    "service_app",
    "wants_page",
]
