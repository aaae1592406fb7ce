"""The counter: staff find a resident, open the record with a reason, and help.

Always true
    - A record opens to staff with a role, after a reason, for half an hour; the resident reads of
      it. Nobody opens their own record or one of their home.
    - Values are masked. Unmasking one takes a reason of its own, and is written down in the
      transaction that reads the value.
    - What people type to find somebody travels in the body of a POST, never in an address.
"""
