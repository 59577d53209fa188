/** One signed GET with the official SDK, as its README writes it: the measure for a cold start. */
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core';
import { FunctionGraphClient, ListFunctionsRequest } from '@huaweicloud/huaweicloud-sdk-functiongraph';

export const handler = async (_event, _context) => {
  const credentials = new BasicCredentials()
    .withAk(process.env.HUAWEICLOUD_SDK_AK)
    .withSk(process.env.HUAWEICLOUD_SDK_SK)
    .withProjectId(process.env.HUAWEICLOUD_SDK_PROJECT_ID);
  const client = FunctionGraphClient.newBuilder()
    .withCredential(credentials)
    .withEndpoint(process.env.CES_ENDPOINT)
    .build();
  const { functions } = await client.listFunctions(new ListFunctionsRequest());
  return { count: functions.length };
};
