"""Lead times: cumulative, critical chain, latest order dates."""

from coprod.leadtime.engine import leadtime
from coprod.leadtime.result import LeadtimeResult
from coprod.leadtime.settings import LeadtimeSettings

__all__ = ["LeadtimeResult", "LeadtimeSettings", "leadtime"]
