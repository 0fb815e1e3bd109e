package dev.varve.registry.fake;

import java.io.IOException;

/** The connection ends here, in the middle of things. */
final class HangUp extends IOException {
  private static final long serialVersionUID = 1;

  HangUp(String why) {
    super(why);
  }
}
