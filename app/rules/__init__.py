"""How facts meet law: typed, pure functions. Decides what advice follows; never decides a case.

The one public function is `app.rules.advise.advise`.
"""
