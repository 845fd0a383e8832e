"""The demo academy's deliveries of year N+1: where they wait, and when they are laid in the drop folder."""
