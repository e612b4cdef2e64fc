"""`python -m service` in the checkout, `python -m etiograph` in the wheel."""

from etiograph import main

if __name__ == "__main__":
    main()
