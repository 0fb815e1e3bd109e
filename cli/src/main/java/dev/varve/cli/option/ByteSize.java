package dev.varve.cli.option;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A size in bytes, typed as {@code 400MB}, {@code 1.5 GB} or {@code 380MiB}.
 *
 * @param bytes not negative
 */
public record ByteSize(long bytes) {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,3})?) ?([kmgt]?)(i?)b?");

  /** The prefixes of units, indexed by power. */
  private static final String POWERS = " kmgt";

  /** Parses a size; k, M, G and T are powers of 1000, with an i powers of 1024. */
  static ByteSize parse(String text) {
    Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!form.matches() || (form.group(2).isEmpty() && !form.group(3).isEmpty())) {
      throw new IllegalArgumentException("expected a size such as 400MB, got \"" + text + "\"");
    }
    int power = Math.max(0, POWERS.indexOf(form.group(2)));
    BigDecimal unit = BigDecimal.valueOf(form.group(3).isEmpty() ? 1000 : 1024).pow(power);
    BigDecimal bytes = new BigDecimal(form.group(1)).multiply(unit);
    return new ByteSize(bytes.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue());
  }

  /** Converts values of options. */
  public static final class Converter implements ITypeConverter<ByteSize> {
    @Override
    public ByteSize convert(String text) {
      try {
        return parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
