"""The hall of administration: dashboard and menu. Each room keeps its own screens. Imports every room to its left."""
