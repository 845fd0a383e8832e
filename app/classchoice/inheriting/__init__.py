"""What teachers of a school that has ended are offered at its successor (FEED-7, CLASS-2)."""
