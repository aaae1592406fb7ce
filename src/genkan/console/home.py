"""The console's first page: how things stand."""

from typing import Any

from typing_extensions import override
from wagtail.admin.site_summary import SummaryItem

from genkan.delivery.models import ArticleRow
from genkan.lifecycle.models import DisposalRow
from genkan.partners.models import ServiceRow


class Standing(SummaryItem):  # type: ignore[misc]  # Wagtail ships no types
    """Counts, each with a way to its list."""

    order = 100
    template_name = "console/standing.html"

    @override
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        open_requests = DisposalRow.objects.filter(certified_at__isnull=True)
        return {
            "published": ArticleRow.objects.filter(live=True).count(),
            "drafts": ArticleRow.objects.filter(has_unpublished_changes=True).count(),
            "services": ServiceRow.objects.count(),
            "disposals": open_requests.count(),
            "overdue": open_requests.filter(overdue_at__isnull=False).count(),
        }
