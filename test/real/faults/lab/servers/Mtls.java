import java.io.FileInputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A server of Java's own TLS that demands client certificates: java Mtls.java CERT KEY CLIENT_CA; the key is PKCS #8, EC. */
public class Mtls {
  static Certificate[] certificates(String file) throws Exception {
    try (FileInputStream in = new FileInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).toArray(new Certificate[0]);
    }
  }

  static PrivateKey key(String file) throws Exception {
    String base64 = Files.readString(Path.of(file)).replaceAll("-----[A-Z ]+-----|\\s", "");
    byte[] der = Base64.getDecoder().decode(base64);
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }

  static KeyStore empty() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  public static void main(String[] args) throws Exception {
    KeyStore own = empty();
    own.setKeyEntry("own", key(args[1]), new char[0], certificates(args[0]));
    KeyStore trusted = empty();
    trusted.setCertificateEntry("ca", certificates(args[2])[0]);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    keys.init(own, new char[0]);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    SSLServerSocket listener =
        (SSLServerSocket)
            context.getServerSocketFactory().createServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    listener.setNeedClientAuth(true);
    System.out.println("127.0.0.1:" + listener.getLocalPort());
    while (true) {
      try (SSLSocket socket = (SSLSocket) listener.accept()) {
        socket.getInputStream().read(new byte[4096]);
        socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n".getBytes());
      } catch (Exception refused) {
        refused.printStackTrace(System.out);
      }
    }
  }
}
