"""What a step would do, with figures; and somebody's word for it (G1, G2, G3)."""
