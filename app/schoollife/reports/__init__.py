"""What stands at the end of a period: report cards, end-of-cycle reviews, class councils. Its tables are those of ``results``."""
