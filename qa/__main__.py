"""`python -m qa` is `evidence-desk`."""

from qa.cli import main

if __name__ == "__main__":
    main()
