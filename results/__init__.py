"""What came out: claim, case, verdict, evidence. Knows neither pytest nor torch."""
