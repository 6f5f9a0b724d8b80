package io.unitcost.spring.ai;

import io.micrometer.core.instrument.binder.okhttp3.OkHttpContext;
import io.micrometer.observation.Observation;
import okhttp3.HttpUrl;
import okhttp3.Response;

/** Of OkHttp, which OpenAI's and Anthropic's SDKs use. */
final class OkHttpRequests implements HttpTries.Client {

    @Override
    public boolean isOne(Observation.Context context) {
        return context instanceof OkHttpContext;
    }

    @Override
    public int status(Observation.Context context) {
        Response response = ((OkHttpContext) context).getResponse();
        return response == null ? 0 : response.code();
    }

    @Override
    public int number(Observation.Context context) {
        String number = ((OkHttpContext) context).getRequest().header("X-Stainless-Retry-Count");
        try {
            return number == null ? -1 : Integer.parseInt(number);
        } catch (NumberFormatException noNumber) {
            return -1;
        }
    }

    @Override
    public String address(Observation.Context context) {
        HttpUrl url = ((OkHttpContext) context).getRequest().url();
        return url.host() + ':' + url.port() + url.encodedPath();
    }
}
