package io.jenkins.plugins.k8srollout.step;

import static hudson.Util.fixNull;

import io.jenkins.plugins.k8srollout.run.WaitParameters;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.stapler.DataBoundSetter;

/** The parameters of {@code waitHealthy}. Kept with a running step, so that a restart finds them again. */
public abstract class WaitFields extends ClusterFields implements WaitParameters, Serializable {
    private static final long serialVersionUID = 1L;
    private static final int HTTP_STATUS = 200;
    private static final int LOG_LINES = 20;

    private ArrayList<String> workloads = new ArrayList<>();
    private String timeout = "";
    private String stableFor = "";
    private String http = "";
    // Null for the default, which a configuration may leave out.
    private Integer httpStatus;
    private String httpBody = "";
    private Boolean failFast;
    private Integer logLines;

    @Override
    protected Object readResolve() {
        setWorkloads(workloads);
        setTimeout(timeout);
        setStableFor(stableFor);
        setHttp(http);
        setHttpBody(httpBody);
        return super.readResolve();
    }

    @Override
    public List<String> getWorkloads() {
        return workloads;
    }

    @DataBoundSetter
    public void setWorkloads(List<String> workloads) {
        this.workloads = StepForms.texts(workloads);
    }

    @Override
    public String getTimeout() {
        return timeout;
    }

    @DataBoundSetter
    public void setTimeout(String timeout) {
        this.timeout = fixNull(timeout).strip();
    }

    @Override
    public String getStableFor() {
        return stableFor;
    }

    @DataBoundSetter
    public void setStableFor(String stableFor) {
        this.stableFor = fixNull(stableFor).strip();
    }

    @Override
    public String getHttp() {
        return http;
    }

    @DataBoundSetter
    public void setHttp(String http) {
        this.http = fixNull(http).strip();
    }

    @Override
    public int getHttpStatus() {
        return httpStatus == null ? HTTP_STATUS : httpStatus;
    }

    @DataBoundSetter
    public void setHttpStatus(int httpStatus) {
        this.httpStatus = httpStatus;
    }

    @Override
    public String getHttpBody() {
        return httpBody;
    }

    @DataBoundSetter
    public void setHttpBody(String httpBody) {
        this.httpBody = fixNull(httpBody);
    }

    @Override
    public boolean isFailFast() {
        return failFast == null || failFast;
    }

    @DataBoundSetter
    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    @Override
    public int getLogLines() {
        return logLines == null ? LOG_LINES : logLines;
    }

    @DataBoundSetter
    public void setLogLines(int logLines) {
        this.logLines = logLines;
    }
}
