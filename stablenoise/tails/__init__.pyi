from . import block as block, hill as hill, log_moment as log_moment, pickands as pickands
