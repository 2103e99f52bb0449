"""Whether answers are those of mistakes that are known: of one, of two together, of one in some of the calls."""
