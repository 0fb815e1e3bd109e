package dev.varve.registry.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Provider;
import org.junit.jupiter.api.Test;

/** Tests of TLS by native code. */
final class NativeTlsTest extends TlsContract {
  NativeTlsTest() {
    super("native", "Unable to parse TLS packet header", "(SSLV3_ALERT_HANDSHAKE_FAILURE");
  }

  @Test
  void nativeCodeIsLoadedOnTheMachinesThatThisIsTestedOn() {
    assertThat(NativeTls.provider()).get().extracting(Provider::getName).isEqualTo("Conscrypt");
  }
}
