"""A story told step by step, which ends at the first one that does not hold."""


class StepFailed(Exception):
    """A step of the story did not come out as told."""


class Steps:
    def __init__(self) -> None:
        self.steps = 0

    def step(self, name: str, holds: bool, seen: object) -> None:
        """Tells one step; ends the story when it does not hold."""
        self.steps += 1
        if not holds:
            print(f'not ok {self.steps} - {name}\n  seen: {seen}', flush=True)
            raise StepFailed(name)
        print(f'ok {self.steps} - {name}', flush=True)
