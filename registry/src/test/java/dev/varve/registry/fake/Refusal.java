package dev.varve.registry.fake;

import java.io.IOException;

/** Thrown to respond to a request with an error. */
final class Refusal extends IOException {
  private static final long serialVersionUID = 1;

  private final transient Reply reply;

  Refusal(Reply reply) {
    super("status " + reply.status());
    this.reply = reply;
  }

  Refusal(int status, String code, String message) {
    this(Reply.error(status, code, message));
  }

  Reply reply() {
    return reply;
  }
}
