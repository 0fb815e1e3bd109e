package dev.varve.registry.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Provider;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** Tests of TLS by native code. */
final class NativeTlsTest extends TlsContract {
  NativeTlsTest() {
    super("native", "Unable to parse TLS packet header", "(SSLV3_ALERT_HANDSHAKE_FAILURE");
  }

  @Test
  void anErrorIsNamedWithoutItsAddresses() {
    String message =
        "Read error: ssl=0x7f6be8cff018: Failure in SSL library, usually a protocol error"
            + " error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER (tls.cc:1 0x7f)";
    assertThat(NativeTls.error(new SSLException(message))).contains("WRONG_VERSION_NUMBER");
    assertThat(NativeTls.error(new SSLException("closed"))).isEmpty();
  }

  @Test
  void nativeCodeIsLoadedOnTheMachinesThatThisIsTestedOn() {
    assertThat(NativeTls.provider()).get().extracting(Provider::getName).isEqualTo("Conscrypt");
  }
}
