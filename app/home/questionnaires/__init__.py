"""Questionnaires: questions, who may answer, answers, and what they come to (PORTAL-13)."""
