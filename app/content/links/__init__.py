"""A class's search tool: sites that its teachers have chosen, with words by which pupils find them (DATA-2)."""
