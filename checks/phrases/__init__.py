"""Phrases that stand together, in English and in Korean; checks.language has the others and says all of them."""
