"""The seven stages on screen, a module each; none of them knows another."""
