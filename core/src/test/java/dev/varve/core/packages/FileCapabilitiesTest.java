package dev.varve.core.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileCapabilitiesTest {
  /** The values are those that setcap of libcap 2.66 has written. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cap_net_raw=p                      | 0000000200200000000000000000000000000000
          cap_net_raw=ep                     | 0100000200200000000000000000000000000000
          cap_net_admin,cap_net_raw+eip      | 0100000200300000003000000000000000000000
          cap_checkpoint_restore,cap_chown=p | 0000000201000000000000000001000000000000
          cap_perfmon=ep                     | 0100000200000000000000004000000000000000
          cap_setuid=p cap_setgid+i          | 0000000280000000400000000000000000000000
          = cap_net_raw+p                    | 0000000200200000000000000000000000000000
          """)
  void theExtendedAttributeIsThatOfSetcap(String text, String value) {
    assertThat(FileCapabilities.xattr(text).map(HexFormat.of()::formatHex)).contains(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "=", "cap_fly=p", "cap_net_raw", "cap_net_raw-p", "=ep", "cap_chown=x"})
  void aTextThatIsNotUnderstoodSetsNothing(String text) {
    assertThat(FileCapabilities.xattr(text)).isEmpty();
  }

  @Test
  void oneUnknownNameMakesTheWholeUnknown() {
    assertThat(FileCapabilities.xattr("cap_net_raw=p cap_fly=p")).isEmpty();
  }
}
