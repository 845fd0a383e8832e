"""What a school writes: sections and articles (PORTAL-1, SITE-2). Imports audit, files, directory, gate."""
