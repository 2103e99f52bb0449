"""Would run at the start of any Python here."""

print("sitecustomize beside was run")
