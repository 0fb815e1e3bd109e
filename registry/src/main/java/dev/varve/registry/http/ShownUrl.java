package dev.varve.registry.http;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Formats the address of a request for logs. Values of the query parameters that the distribution
 * and token protocols define are shown; other values are replaced, since any of them may be a
 * credential. The whole query of a presigned address is replaced, and so are logins and long path
 * segments, in which some storage services put tokens.
 */
final class ShownUrl {
  private static final String CUT = "…";

  /** Parameters whose values are not secret. */
  private static final Set<String> SHOWN =
      Set.of("n", "last", "digest", "mount", "from", "artifacttype", "scope", "service");

  /** Parameters of presigned addresses, which give access without a login. */
  private static final Pattern PRESIGNED =
      Pattern.compile(
          "x-(amz|goog|oss|cos|obs)-.*|.*(sig|sign|signature|credential|policy|hmac).*");

  private static final int LONGEST_SEGMENT = 64;

  /**
   * A digest, or a tag made from one, which is shown although it is longer than {@link
   * #LONGEST_SEGMENT}.
   */
  private static final Pattern DIGEST =
      Pattern.compile("sha(256|512)(:|-|%3A)[0-9a-f]+[.a-z0-9]{0,8}");

  private ShownUrl() {}

  static String of(URI uri) {
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String shown =
        Stream.of(path.split("/", -1)).map(ShownUrl::segment).collect(Collectors.joining("/"));
    String query = uri.getRawQuery();
    return Origin.of(uri).scheme()
        + "://"
        + Origin.of(uri)
        + shown
        + (query == null ? "" : "?" + query(query));
  }

  private static String segment(String segment) {
    return segment.length() <= LONGEST_SEGMENT || DIGEST.matcher(segment).matches() ? segment : CUT;
  }

  private static String query(String query) {
    String[] parameters = query.split("&", -1);
    boolean presigned =
        Stream.of(parameters).anyMatch(each -> PRESIGNED.matcher(name(each)).matches());
    return presigned
        ? CUT
        : Stream.of(parameters).map(ShownUrl::parameter).collect(Collectors.joining("&"));
  }

  private static String parameter(String parameter) {
    int equals = parameter.indexOf('=');
    if (equals < 0) {
      return CUT; // the whole parameter may be a secret
    }
    return SHOWN.contains(name(parameter))
        ? parameter
        : segment(parameter.substring(0, equals)) + "=" + CUT;
  }

  private static String name(String parameter) {
    int equals = parameter.indexOf('=');
    return (equals < 0 ? parameter : parameter.substring(0, equals)).toLowerCase(Locale.ROOT);
  }
}
