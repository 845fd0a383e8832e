"""The agenda of classes and schools: outings, meetings, examinations (PORTAL-17)."""
