"""How fast the bot answers, beside what its answer is made of; how many at once; how soon it is ready."""
