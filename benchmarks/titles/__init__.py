"""Makes what occupations of postings are found with: vectors of words, and weights of the evidence."""
