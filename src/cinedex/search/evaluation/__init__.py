"""How good search is: queries whose films are known, made and scored. Pure; the commands do the searching."""
