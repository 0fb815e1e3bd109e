package dev.varve.registry.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests of Java's own TLS, which is used where native TLS can't be loaded. */
final class JavaTlsTest extends TlsContract {
  JavaTlsTest() {
    super(
        "java",
        "Unsupported or unrecognized SSL message",
        "Received fatal alert: handshake_failure");
  }

  @Test
  void thePropertyTurnsNativeTlsOff() {
    assertThat(NativeTls.provider()).isEmpty();
  }
}
