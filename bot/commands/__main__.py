"""`python -m bot.commands` is `ieum`."""

import sys

from bot.commands import main

sys.exit(main())
