"""What every slice shares and nothing of the domain: money, periods, actions, roles, stages, the trail."""
