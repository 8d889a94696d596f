"""What the learner sees and types: prompt_toolkit asks, rich prints, plain lines for pipes and screen readers."""
