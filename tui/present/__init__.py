"""What both front ends show, as text: lines, tables and spans, without Textual and without click."""
