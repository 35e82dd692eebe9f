export { type ErrorBody, toErrorBody } from './error-body.js';
export { type JsonMember, jsonMembers, withJsonMembers } from './json-members.js';
export { type ChatRequest, readChatRequest } from './read-chat-request.js';
export { sseDone, sseEvent } from './sse.js';
